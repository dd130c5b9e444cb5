import java.io.File;
import org.apache.catalina.startup.Tomcat;

/** RDF4J Server in a Tomcat of its own, on loopback: PORT, WAR, and a FOLDER for what it writes. */
public class Rdf4j {
    public static void main(String[] words) throws Exception {
        Tomcat tomcat = new Tomcat();
        new File(words[2], "webapps").mkdirs();
        tomcat.setBaseDir(words[2]);
        tomcat.setPort(Integer.parseInt(words[0]));
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        tomcat.addWebapp("/rdf4j-server", new File(words[1]).getAbsolutePath());
        tomcat.start();
        tomcat.getServer().await();
    }
}
